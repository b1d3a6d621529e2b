/// Assets, amounts, quantities, prices, rates and holders: arithmetic that cannot lie.
@NullMarked
package tally.money;

import org.jspecify.annotations.NullMarked;
