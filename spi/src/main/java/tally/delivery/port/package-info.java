/// What a service plug-in must offer: to switch one metered service on and off, and to count it.
@NullMarked
package tally.delivery.port;

import org.jspecify.annotations.NullMarked;
