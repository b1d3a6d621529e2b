/// What a network must offer to hold granted spending power.
@NullMarked
package tally.treasury.port;

import org.jspecify.annotations.NullMarked;
