/// The command line: a client of the API alone. It also plays the demo, and reads its books a
/// second time by other ways.
@NullMarked
package tally.cli;

import org.jspecify.annotations.NullMarked;
