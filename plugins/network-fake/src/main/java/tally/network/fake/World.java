package tally.network.fake;

import static tally.network.fake.Revert.unless;

import java.math.BigInteger;
import tally.custody.port.Intent;
import tally.x402.Address;
import tally.x402.Curve;

/// The state of the built-in contracts and the one way to change it: a call acts whole or not at
/// all.
final class World {

  private final Storage storage = new Storage();
  private final Tokens tokens = new Tokens(storage);
  private final ChannelContract channels;
  private final Vault vault;

  World(Genesis genesis, Curve curve) {
    this.channels = new ChannelContract(storage, tokens, curve);
    this.vault = new Vault(genesis, storage, tokens, channels, curve);
    channels.collector(Genesis.VAULT, vault::collect);
    channels.collector(
        Genesis.ALLOWANCE_COLLECTOR,
        (turn, config, id, amount) ->
            tokens.pull(Genesis.ALLOWANCE_COLLECTOR, config.payer(), turn.sender(), amount));
  }

  Storage storage() {
    return storage;
  }

  Tokens tokens() {
    return tokens;
  }

  ChannelContract channels() {
    return channels;
  }

  Vault vault() {
    return vault;
  }

  BigInteger nonce(Address sender) {
    return storage.get(new Slot.Nonce(sender));
  }

  /// Carries a call out and answers the revert's name, or the empty text where it acted. The nonce
  /// is used either way; events of a reverted call are unsaid.
  String act(Turn turn, Intent.Call call) {
    var nonce = new Slot.Nonce(turn.sender());
    storage.put(nonce, storage.get(nonce).add(BigInteger.ONE));
    int mark = storage.mark();
    int channelEvents = turn.channelEvents().size();
    int vaultEvents = turn.vaultEvents().size();
    try {
      carryOut(turn, call);
      return "";
    } catch (Revert revert) {
      storage.back(mark);
      turn.channelEvents().subList(channelEvents, turn.channelEvents().size()).clear();
      turn.vaultEvents().subList(vaultEvents, turn.vaultEvents().size()).clear();
      return revert.name();
    }
  }

  private void carryOut(Turn turn, Intent.Call call) {
    switch (call) {
      case Intent.Allow allow -> tokens.approve(turn.sender(), Genesis.VAULT, allow.amount());
      case Intent.Fund fund -> vault.fund(turn, fund.amount());
      case Intent.Grant grant -> vault.grant(turn, grant);
      case Intent.Draw draw -> vault.draw(turn, draw);
      case Intent.Sync sync -> vault.sync(turn, sync.channel());
      case Intent.Recall recall -> vault.recall(turn, recall.channel(), recall.most());
      case Intent.Finish finish -> vault.finish(turn, finish.channel());
      case Intent.Freeze freeze -> vault.freeze(turn, freeze.user(), freeze.payment());
      case Intent.Appeal appeal ->
          vault.appeal(turn, appeal.user(), appeal.payment(), appeal.userSignature());
      case Intent.Decide decide ->
          vault.decide(turn, decide.user(), decide.payment(), decide.forUser());
      case Intent.Reclaim reclaim -> vault.reclaim(turn, reclaim);
      case Intent.Thaw thaw -> vault.thaw(turn, thaw.user(), thaw.payment());
      case Intent.Mature mature -> vault.mature(turn, mature.user(), mature.payment());
      case Intent.Release release -> vault.release(turn, release);
      case Intent.Drain drain -> vault.drain(turn, drain.amount());
      case Intent.Appoint appoint -> vault.appoint(turn, appoint);
      case Intent.Claim claim -> channels.claim(turn, claim.rows(), claim.authorizer());
      case Intent.Settle settle -> channels.settle(turn, settle.receiver(), settle.token());
      case Intent.Refund refund -> channels.refund(turn, refund);
      case Intent.Deposit deposit -> deposit(turn, deposit);
      case Intent.InitiateWithdraw withdraw ->
          channels.initiateWithdraw(turn, withdraw.channel(), withdraw.amount());
      case Intent.FinalizeWithdraw withdraw -> channels.finalizeWithdraw(turn, withdraw.channel());
      case Intent.Transfer transfer -> {
        unless(transfer.token().equals(Genesis.TOKEN), "UnsupportedToken");
        tokens.move(turn.sender(), transfer.to(), transfer.amount());
      }
      case Intent.Approve approve -> {
        unless(approve.token().equals(Genesis.TOKEN), "UnsupportedToken");
        tokens.approve(turn.sender(), approve.spender(), approve.amount());
      }
    }
  }

  /// Collector data belongs to collectors that this chain has not.
  private void deposit(Turn turn, Intent.Deposit call) {
    channels.deposit(turn, call.channel(), call.amount(), call.collector());
  }
}
