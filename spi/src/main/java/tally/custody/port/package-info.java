/// What a network gives custody: how its transactions and statements are written down for signing.
@NullMarked
package tally.custody.port;

import org.jspecify.annotations.NullMarked;
