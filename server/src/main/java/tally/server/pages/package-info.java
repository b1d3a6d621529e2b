/// The pages: what a person sees of his money, and does with it. They show what the API answers,
/// and act by the same code; `tally.pages=false` leaves them out.
@NullMarked
package tally.server.pages;

import org.jspecify.annotations.NullMarked;
