/// A card gateway that can misbehave in every way a real one does: an outer party with its own
/// process and store, and the plug-in that reaches it.
@NullMarked
package tally.gateway.fake;

import org.jspecify.annotations.NullMarked;
