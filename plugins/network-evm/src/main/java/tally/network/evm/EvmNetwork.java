package tally.network.evm;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tally.custody.port.Encoding;
import tally.escrow.port.Channels;
import tally.network.evm.ChainEndpoint.Identity;
import tally.network.evm.ContractReader.Call;
import tally.network.port.Chain;
import tally.network.port.Chain.ChainUnavailable;
import tally.plugin.NetworkPlugin;
import tally.plugin.SettingRefused;
import tally.treasury.port.Grants;
import tally.x402.Address;
import tally.x402.Settlement;

/// One EVM chain as a node reaches it.
final class EvmNetwork implements NetworkPlugin.Network {

  private final Chain chain;
  private final Encoding encoding;
  private final Optional<Grants> grants;
  private final Channels channels;

  private EvmNetwork(EvmSettings settings, Endpoints endpoints, Places places) {
    var evm = new EvmChain(endpoints, new CallData(places), settings.confirmations());
    var reader = new ContractReader(endpoints, evm);
    this.chain = evm;
    this.encoding = new EvmEncoding(places);
    this.channels = new EvmChannels(reader, places.settlement());
    this.grants =
        places
            .vault()
            .map(vault -> new EvmGrants(reader, vault.address(), settings.asset().orElseThrow()));
  }

  /// Opens a chain of which at least one endpoint can be reached; all that can be reached must be
  /// of one chain and tell the same of our contracts. The others show theirs when they come back.
  static EvmNetwork open(EvmSettings settings) {
    var all = settings.rpc().stream().map(Endpoint::of).map(ChainEndpoint::new).toList();
    var whole = new Endpoints(all, settings.quorum());
    var shown = identities(whole);
    var identity = one(settings, shown);
    all.forEach(it -> it.belongsTo(identity));

    var settlement = new Settlement(identity.chainId(), settings.channels());
    var nowhere = new Places(settlement, Optional.empty());
    var reachable = whole.withQuorum(Math.min(settings.quorum(), shown.size()));
    var chain = new EvmChain(reachable, new CallData(nowhere), settings.confirmations());
    var reader = new ContractReader(reachable, chain);
    isChannelContract(reader, settlement);
    var vault = settings.vault().map(at -> vault(reader, settings, at));
    return new EvmNetwork(settings, whole, new Places(settlement, vault));
  }

  private static List<Identity> identities(Endpoints endpoints) {
    var answers = endpoints.gather(ChainEndpoint::identity, got -> false);
    var shown = Endpoints.said(answers);
    if (shown.isEmpty()) {
      throw new ChainUnavailable("no endpoint shows its chain: " + answers);
    }
    return shown;
  }

  private static Identity one(EvmSettings settings, List<Identity> shown) {
    var identity = shown.getFirst();
    if (shown.stream().distinct().count() > 1) {
      throw new IllegalArgumentException("setting rpc: the endpoints are of different chains");
    }
    if (!settings.chainId().map(wanted -> wanted == identity.chainId()).orElse(true)) {
      throw new IllegalArgumentException("setting chain-id: the chain is " + identity.chainId());
    }
    return identity;
  }

  private static void isChannelContract(ContractReader reader, Settlement settlement) {
    var delay = Call.of(1, "MIN_WITHDRAW_DELAY()");
    fact("channels", reader, settlement.contract(), delay, words -> words.seconds(0));
  }

  private static Places.Vault vault(ContractReader reader, EvmSettings settings, Address at) {
    var channels = fact("vault", reader, at, Call.of(1, "channels()"), words -> words.address(0));
    if (!channels.equals(settings.channels())) {
      throw new IllegalArgumentException(
          "setting vault: it draws into " + channels + ", not into " + settings.channels());
    }
    var token = fact("vault", reader, at, Call.of(1, "token()"), words -> words.address(0));
    long decimals =
        fact("asset", reader, token, Call.of(1, "decimals()"), words -> words.seconds(0));
    var asset = settings.asset().orElseThrow();
    if (decimals != asset.scale()) {
      throw new IllegalArgumentException(
          "setting asset: " + asset + ", but the token has " + decimals + " decimals");
    }
    return new Places.Vault(at, token);
  }

  /// What a contract must answer to be the one that a setting names. Whoever does not answer so is
  /// another contract, or none; who cannot be asked is unavailable.
  private static <T> T fact(
      String setting, ContractReader reader, Address at, Call call, Function<Words, T> decode) {
    var read = reader.tryRead("the setting " + setting, at, call, decode);
    return read.orElseThrow(() ->
        new SettingRefused(
            "no_contracts",
            "setting "
                + setting
                + ": no such contract at "
                + at
                + "; deploy it there first, as docs/operate/evm.md says"));
  }

  @Override
  public boolean real() {
    return true;
  }

  @Override
  public Chain chain() {
    return chain;
  }

  @Override
  public Encoding encoding() {
    return encoding;
  }

  @Override
  public Optional<Grants> grants() {
    return grants;
  }

  @Override
  public Optional<Channels> channels() {
    return Optional.of(channels);
  }
}
