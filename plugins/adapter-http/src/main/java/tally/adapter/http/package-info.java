/// Sells a folder or an upstream HTTP service by bytes, calls or seconds, and receives one through
/// a local way.
@NullMarked
package tally.adapter.http;

import org.jspecify.annotations.NullMarked;
