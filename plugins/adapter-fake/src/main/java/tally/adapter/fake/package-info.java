/// A service of made-up bytes whose seller can cheat, for tests and the demo.
@NullMarked
package tally.adapter.fake;

import org.jspecify.annotations.NullMarked;
