/// What stands behind the doors: routes, sign-in, problems, views, plug-ins, database, workers.
@NullMarked
package tally.server.internal;

import org.jspecify.annotations.NullMarked;
