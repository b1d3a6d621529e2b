package tally.x402;

/// The place where channels of one chain settle: the EIP-712 domain `x402 Batch Settlement`,
/// version `1`.
///
/// @param chainId EIP-155 chain id
/// @param contract address of the settlement contract
public record Settlement(long chainId, Address contract) {

  /// Where the official contract stands, on every chain that has it.
  public static final Address OFFICIAL = new Address("0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003");

  /// CAIP-2, as the protocol's JSON names a network.
  public String network() {
    return "eip155:" + chainId;
  }
}
