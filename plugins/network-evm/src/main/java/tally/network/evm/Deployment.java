package tally.network.evm;

import static tally.x402.Abi.word;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import tally.money.Asset;
import tally.x402.Abi;
import tally.x402.Address;
import tally.x402.Erc3009;
import tally.x402.Settlement;

/// Our contracts on a local chain: channels and collector at their official addresses, the token,
/// and a vault.
///
/// @param faucet holds the whole stock of the token at first; its key is one of the well-known ones
record Deployment(
    Address channels, Address collector, Address token, Address vault, Address faucet) {

  static final Asset ASSET = new Asset("TUSD", 6);
  private static final BigInteger STOCK = BigInteger.TEN.pow(18);

  static Deployment on(AnvilRpc chain, LocalChain.Options options) {
    var faucet = chain.account(0);
    var channels = chain.deploy(faucet, Artifact.of("Channels").code());
    chain.code(Settlement.OFFICIAL, chain.code(channels));
    var collector = chain.deploy(faucet, with("Erc3009Collector", word(Settlement.OFFICIAL)));
    chain.code(Erc3009.COLLECTOR, chain.code(collector));
    var token =
        chain.deploy(
            faucet,
            with(
                "ServiceToken",
                text("Tally Service Token"),
                text(ASSET.code()),
                text("1"),
                word(faucet),
                word(STOCK)));
    var vault = chain.deploy(faucet, with("SpendingVault", vault(token, options)));
    return new Deployment(Settlement.OFFICIAL, Erc3009.COLLECTOR, token, vault, faucet);
  }

  private static Abi.Value[] vault(Address token, LocalChain.Options options) {
    var terms = options.terms();
    return new Abi.Value[] {
      Abi.tuple(
          word(token),
          word(Settlement.OFFICIAL),
          word(options.council()),
          word(terms.window().toSeconds()),
          word(terms.decision().toSeconds()),
          word(terms.withdrawDelayMax().toSeconds()),
          word(terms.maturityMax().toSeconds())),
      word(options.treasury()),
      word(options.operator()),
      word(options.dailyLimit())
    };
  }

  private static Abi.Value text(String text) {
    return Abi.blob(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] with(String contract, Abi.Value... arguments) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(Artifact.of(contract).code());
    out.writeBytes(Abi.encode(arguments));
    return out.toByteArray();
  }
}
