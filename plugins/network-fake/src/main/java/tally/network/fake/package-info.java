/// A chain that forks, drops and replaces, by a seed: an outer party with its own store, and the
/// plug-in that reaches it.
@NullMarked
package tally.network.fake;

import org.jspecify.annotations.NullMarked;
