/// The words of x402 version 2 and its `batch-settlement` scheme on EVM: headers, typed data,
/// channel ids, codes. Pure.
@NullMarked
package tally.x402;

import org.jspecify.annotations.NullMarked;
