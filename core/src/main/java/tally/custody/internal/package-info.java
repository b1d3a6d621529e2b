/// Store, workers and Spring configuration of the room `custody`.
@NullMarked
package tally.custody.internal;

import org.jspecify.annotations.NullMarked;
