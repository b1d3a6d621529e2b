package tally.network.evm;

import static tally.x402.Abi.config;
import static tally.x402.Abi.word;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import tally.custody.port.Intent;
import tally.x402.Abi;
import tally.x402.Address;
import tally.x402.Hex;
import tally.x402.Signature;

/// Calls as contracts read them. Pure. Refuses amounts that the contract's type does not hold.
final class CallData {

  /// @param to the contract that is called
  record Target(Address to, byte[] data) {}

  private static final String CONFIG = "(address,address,address,address,address,uint40,bytes32)";
  private static final String CLAIMS = "((" + CONFIG + ",uint128),bytes,uint128)[]";

  private final Places places;

  CallData(Places places) {
    this.places = places;
  }

  Target of(Intent.Call call) {
    return switch (call) {
      case Intent.Transfer(var token, var to, var amount) ->
          new Target(token, Abi.call("transfer(address,uint256)", word(to), word(amount)));
      case Intent.Approve(var token, var spender, var amount) -> approve(token, spender, amount);
      case Intent.Allow(var amount) -> {
        var vault = places.needVault();
        yield approve(vault.token(), vault.address(), amount);
      }
      case Intent.Fund it -> vault("fund(uint128)", units(it.amount()));
      case Intent.Grant it ->
          vault(
              "grant(address,bytes32,uint128,uint40)",
              word(it.user()),
              word(it.payment()),
              units(it.amount()),
              second(it.maturesAt()));
      case Intent.Draw it ->
          vault(
              "draw(" + CONFIG + ",uint128,bytes)",
              config(it.channel()),
              units(it.total()),
              Abi.blob(it.user().bytes()));
      case Intent.Sync(var channel) -> vault("sync(" + CONFIG + ")", config(channel));
      case Intent.Recall(var channel, var most) ->
          vault("recall(" + CONFIG + ",uint128)", config(channel), units(most));
      case Intent.Finish(var channel) -> vault("finish(" + CONFIG + ")", config(channel));
      case Intent.Freeze it ->
          vault(
              "freeze(address,bytes32,bytes32)",
              word(it.user()),
              word(it.payment()),
              word(it.evidence()));
      case Intent.Appeal it ->
          vault(
              "appeal(address,bytes32,bytes)",
              word(it.user()),
              word(it.payment()),
              blob(it.userSignature()));
      case Intent.Decide it ->
          vault(
              "decide(address,bytes32,bool)",
              word(it.user()),
              word(it.payment()),
              word(it.forUser() ? 1 : 0));
      case Intent.Reclaim it ->
          vault(
              "reclaim(address,bytes32,uint128,bytes)",
              word(it.user()),
              word(it.payment()),
              units(it.rest()),
              blob(it.consent()));
      case Intent.Thaw it -> vault("thaw(address,bytes32)", word(it.user()), word(it.payment()));
      case Intent.Mature it ->
          vault("mature(address,bytes32)", word(it.user()), word(it.payment()));
      case Intent.Release it ->
          vault(
              "release(address,address,uint128,bytes)",
              word(it.user()),
              word(it.to()),
              units(it.total()),
              Abi.blob(it.userSignature().bytes()));
      case Intent.Drain(var amount) -> vault("drain(uint128)", units(amount));
      case Intent.Appoint it ->
          vault(
              "appoint(address,address,uint96)",
              word(it.treasury()),
              word(it.operator()),
              bounded(it.dailyLimit(), 96));
      case Intent.Claim it -> claim(it);
      case Intent.Settle(var receiver, var token) ->
          channels("settle(address,address)", word(receiver), word(token));
      case Intent.Refund it -> refund(it);
      case Intent.Deposit it ->
          channels(
              "deposit(" + CONFIG + ",uint128,address,bytes)",
              config(it.channel()),
              units(it.amount()),
              word(it.collector()),
              new Abi.Value.Blob(Hex.of(Hex.bytes(it.data()))));
      case Intent.InitiateWithdraw(var channel, var amount) ->
          channels("initiateWithdraw(" + CONFIG + ",uint128)", config(channel), units(amount));
      case Intent.FinalizeWithdraw(var channel) ->
          channels("finalizeWithdraw(" + CONFIG + ")", config(channel));
    };
  }

  private Target claim(Intent.Claim claim) {
    var rows = Abi.array(claim.rows().stream().map(CallData::row).toList());
    return claim
        .authorizer()
        .map(by -> channels("claimWithSignature(" + CLAIMS + ",bytes)", rows, Abi.blob(by.bytes())))
        .orElseGet(() -> channels("claim(" + CLAIMS + ")", rows));
  }

  private static Abi.Value row(Intent.ClaimRow row) {
    var voucher = Abi.tuple(config(row.channel()), units(row.voucher().maxClaimable()));
    var signature = Abi.blob(row.voucher().signature().bytes());
    return Abi.tuple(voucher, signature, units(row.totalClaimed()));
  }

  private Target refund(Intent.Refund refund) {
    var config = config(refund.channel());
    var amount = units(refund.amount());
    return refund
        .authorizer()
        .map(by ->
            channels(
                "refundWithSignature(" + CONFIG + ",uint128,uint256,bytes)",
                config,
                amount,
                word(refund.nonce()),
                Abi.blob(by.bytes())))
        .orElseGet(() -> channels("refund(" + CONFIG + ",uint128)", config, amount));
  }

  private static Target approve(Address token, Address spender, BigInteger amount) {
    return new Target(token, Abi.call("approve(address,uint256)", word(spender), word(amount)));
  }

  private Target vault(String signature, Abi.Value... arguments) {
    return new Target(places.needVault().address(), Abi.call(signature, arguments));
  }

  private Target channels(String signature, Abi.Value... arguments) {
    return new Target(places.settlement().contract(), Abi.call(signature, arguments));
  }

  private static Abi.Value blob(Optional<Signature> signature) {
    return Abi.blob(signature.map(Signature::bytes).orElseGet(() -> new byte[0]));
  }

  private static Abi.Value units(BigInteger amount) {
    return bounded(amount, 128);
  }

  /// A part of a second counts as a whole one: money never matures before its time.
  private static Abi.Value second(Instant time) {
    long second = time.getEpochSecond() + (time.getNano() > 0 ? 1 : 0);
    return bounded(BigInteger.valueOf(second), 40);
  }

  private static Abi.Value bounded(BigInteger number, int bits) {
    if (number.bitLength() > bits) {
      throw new IllegalArgumentException("not a uint" + bits + ": " + number);
    }
    return word(number);
  }
}
