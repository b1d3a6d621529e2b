/// What a network must offer to settle payment channels.
@NullMarked
package tally.escrow.port;

import org.jspecify.annotations.NullMarked;
