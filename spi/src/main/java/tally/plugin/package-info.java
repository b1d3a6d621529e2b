/// What a plug-in jar offers: it names one of these kinds in `META-INF/services` and is loaded,
/// whoever wrote it.
@NullMarked
package tally.plugin;

import org.jspecify.annotations.NullMarked;
