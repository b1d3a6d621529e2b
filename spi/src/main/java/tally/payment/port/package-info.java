/// What a payment gateway plug-in must offer: a stateless translator of their words into ours.
@NullMarked
package tally.payment.port;

import org.jspecify.annotations.NullMarked;
