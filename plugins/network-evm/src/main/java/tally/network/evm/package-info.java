/// EVM chains: reads that several endpoints must answer alike, transactions that one may carry, and
/// a local chain for demos and tests.
@NullMarked
package tally.network.evm;

import org.jspecify.annotations.NullMarked;
