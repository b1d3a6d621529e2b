package tally.network.evm;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tally.custody.port.Encoding.Fee;
import tally.custody.port.Intent;
import tally.network.port.Chain;
import tally.x402.Address;
import tally.x402.Bytes32;

/// Transactions of one EVM chain. Blocks and receipts are what a quorum of endpoints tells; nonce,
/// fee, simulation and sending need one endpoint.
final class EvmChain implements Chain {

  /// Enough for a claim of a hundred rows.
  static final BigInteger LIMIT = BigInteger.valueOf(3_000_000);

  /// A whole block on most chains; a larger estimate is not believed.
  private static final BigInteger LIMIT_MAX = BigInteger.valueOf(30_000_000);

  /// Beyond this many bumps the fee grows no more: 1.25^64 is a million times the first.
  private static final int BUMPS_MAX = 64;

  /// Paid to the block's maker where the endpoint has no opinion: a thousandth of a gwei.
  private static final BigInteger TIP = BigInteger.valueOf(1_000_000);

  private final Endpoints endpoints;
  private final CallData calls;
  private final int confirmations;

  EvmChain(Endpoints endpoints, CallData calls, int confirmations) {
    this.endpoints = endpoints;
    this.calls = calls;
    this.confirmations = confirmations;
  }

  /// Asked anew each time: where the endpoints are of another chain by now, this says so.
  @Override
  public Facts facts() {
    var identity = endpoints.agreed("the chain", ChainEndpoint::identity);
    return new Facts("eip155:" + identity.chainId(), identity.genesis(), confirmations);
  }

  /// The lowest head that a quorum tells, or that the reachable ones tell: a high one cannot be
  /// worked on with the others, and a low one only waits.
  @Override
  public Block head() {
    return endpoints.some("the head", ChainEndpoint::head).stream()
        .min(Comparator.comparingLong(Block::number))
        .orElseThrow();
  }

  @Override
  public Optional<Block> block(long number) {
    if (number < 0) {
      return Optional.empty();
    }
    return endpoints.agreed("block " + number, it -> it.block(number));
  }

  /// The newest block whose hash is agreed on: contracts are read there.
  Block agreedHead() {
    var head = head();
    return endpoints.quorum() == 1
        ? head
        : block(head.number())
            .orElseThrow(() -> new ChainUnavailable("block " + head.number() + " went away"));
  }

  /// The least of what is told: too low a nonce is refused or replaced, too high a one would wait
  /// for ever.
  @Override
  public BigInteger nonce(Address sender) {
    return endpoints.some("a nonce", it -> it.nonce(sender)).stream()
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /// The least of what is told.
  @Override
  public BigInteger funds(Address sender) {
    return endpoints.some("coins", it -> it.funds(sender)).stream()
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /// The base fee may double before it no longer fits. It is the highest of the last blocks', so
  /// that a bump is above what it replaces also where the base fee has fallen since; the least tip
  /// that is told, since a tip is paid whole.
  @Override
  public Fee fee(int bumps) {
    var base =
        endpoints.some("a base fee", ChainEndpoint::baseFee).stream()
            .max(Comparator.naturalOrder())
            .orElseThrow();
    var tips =
        endpoints.soon(ChainEndpoint::tip, got -> Endpoints.said(got).size() >= endpoints.quorum());
    var tip =
        Endpoints.said(tips).stream()
            .min(Comparator.naturalOrder())
            .orElse(TIP)
            .max(BigInteger.ONE);
    var most = base.shiftLeft(1).add(tip);
    for (int i = 0; i < Math.min(bumps, BUMPS_MAX); i++) {
      tip = raised(tip);
      most = raised(most);
    }
    return new Fee(most, tip, LIMIT);
  }

  /// A quarter more and one; a pool wants a tenth.
  private static BigInteger raised(BigInteger fee) {
    return fee.multiply(BigInteger.valueOf(5)).shiftRight(2).add(BigInteger.ONE);
  }

  /// One endpoint that would carry it is enough: an endpoint that is wrong about it costs a fee, a
  /// call that is never sent costs a deadline.
  @Override
  public Simulated simulate(Intent.Call call, Address sender) {
    var target = calls.of(call);
    var answers =
        endpoints.soon(
            it -> it.estimate(sender, target.to(), target.data()),
            got -> told(got) >= endpoints.quorum());
    return Endpoints.said(answers).stream()
        .max(Comparator.naturalOrder())
        .<Simulated>map(estimate -> new Simulated.Passes(withRoom(estimate)))
        .or(() -> refusal(answers).map(Simulated.Reverts::new))
        .orElseThrow(() -> new ChainUnavailable("no endpoint could try the call: " + answers));
  }

  private static long told(List<Answer<BigInteger>> answers) {
    return answers.stream()
        .filter(it -> it instanceof Answer.Said || it instanceof Answer.Refused)
        .count();
  }

  private static BigInteger withRoom(BigInteger estimate) {
    return estimate.multiply(BigInteger.valueOf(6)).divide(BigInteger.valueOf(5)).min(LIMIT_MAX);
  }

  private static Optional<String> refusal(List<Answer<BigInteger>> answers) {
    for (var answer : answers) {
      if (answer instanceof Answer.Refused<BigInteger>(var message, var data)
          && (!data.isEmpty() || message.contains("revert"))) {
        return Optional.of(Reverts.ours().name(data));
      }
    }
    return Optional.empty();
  }

  @Override
  public Broadcast broadcast(byte[] signed) {
    var answers =
        endpoints.gather(it -> it.send(signed), got -> got.stream().anyMatch(Sending::accepted));
    return Sending.of(answers);
  }

  /// What lies above the agreed head does not count yet: endpoints hear of a block at different
  /// times.
  @Override
  public Optional<Receipt> receipt(Bytes32 hash) {
    long head = head().number();
    var found =
        endpoints.agreed(
            "receipt " + hash,
            it -> it.receipt(hash).then(told -> new Answer.Said<>(upTo(head, told))));
    return found.map(told -> told.success() ? told : reasoned(told));
  }

  private static Optional<Receipt> upTo(long head, Optional<Receipt> told) {
    return told.filter(receipt -> receipt.block() <= head);
  }

  /// A reason that a quorum tells, by whatever way each endpoint offers; else none better than that
  /// it reverted.
  private Receipt reasoned(Receipt told) {
    String reason;
    try {
      reason = endpoints.agreed("a reason", it -> RevertReason.of(it, told));
    } catch (ChainUnavailable untold) {
      reason = Reverts.UNNAMED;
    }
    return new Receipt(told.hash(), told.block(), told.blockHash(), false, reason);
  }

  @Override
  public boolean pending(Bytes32 hash) {
    var answers =
        endpoints.<Boolean>soon(
            it -> it.pending(hash),
            got ->
                Endpoints.said(got).contains(true)
                    || Endpoints.said(got).size() >= endpoints.quorum());
    var told = Endpoints.said(answers);
    if (told.isEmpty()) {
      throw new ChainUnavailable("no endpoint tells what its pool holds: " + answers);
    }
    return told.contains(true);
  }
}
