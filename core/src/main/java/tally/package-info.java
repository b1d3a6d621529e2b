/// What every room may use and no room owns: the written form of states, and the rooms' schemas.
@NullMarked
package tally;

import org.jspecify.annotations.NullMarked;
