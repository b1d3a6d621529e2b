package tally.network;

import java.math.BigInteger;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tally.custody.Custody;
import tally.custody.Signing;
import tally.custody.port.Encoding.Fee;
import tally.custody.port.Intent;
import tally.network.NetworkListener.Fact;
import tally.network.Transaction.Attempt;
import tally.network.Transactions.Claimed;
import tally.network.Transactions.Passed;
import tally.network.port.Chain;
import tally.network.port.Chain.Block;
import tally.network.port.Chain.Facts;
import tally.network.port.Chain.Receipt;
import tally.x402.Bytes32;

/// One network's round of work, under one head. Each step asks the chain, then applies what it
/// learnt in a database transaction.
///
/// @param facts of the chain
record Round(
    Transactions.Store store,
    Chain chain,
    Facts facts,
    Block head,
    Custody custody,
    InstantSource clock,
    List<NetworkListener> listeners,
    Transactions.Pace pace) {

  /// By how many bumps an urgent transaction is ahead from the first.
  static final int URGENT_BUMPS = 4;

  /// A daily limit is a new one tomorrow: what it holds up waits for that, though not for ever.
  private static final Set<String> PASSING = Set.of("AboveLimit");

  /// Answers how many moved: 0 or 1.
  int step(Claimed claimed) {
    return switch (claimed.transaction()) {
      case Transaction.Drafted drafted -> trySign(drafted, claimed.passed());
      case Transaction.Signed signed -> send(signed, claimed.passed());
      case Transaction.Broadcast broadcast -> watch(broadcast, claimed.passed());
      case Transaction.Included included -> deepen(included);
      case Transaction.Final _, Transaction.Replaced _, Transaction.Dropped _ -> 0;
    };
  }

  /// While there is little left for fees, only what must not be late is signed, so that a deadline
  /// finds its fee.
  private boolean spared(Transaction.Order order) {
    return !mustGo(order.intent())
        && pace.gasReserve().signum() > 0
        && chain.funds(custody.address(order.sender())).compareTo(pace.gasReserve()) < 0;
  }

  /// What saves money that a deadline would lose.
  private static boolean mustGo(Intent.Call call) {
    return switch (call) {
      case Intent.Claim _,
          Intent.Refund _,
          Intent.Recall _,
          Intent.Finish _,
          Intent.Sync _,
          Intent.Freeze _,
          Intent.Appeal _,
          Intent.Decide _,
          Intent.Reclaim _,
          Intent.FinalizeWithdraw _ ->
          true;
      case Intent.Allow _,
          Intent.Fund _,
          Intent.Grant _,
          Intent.Draw _,
          Intent.Thaw _,
          Intent.Mature _,
          Intent.Release _,
          Intent.Drain _,
          Intent.Appoint _,
          Intent.Settle _,
          Intent.Deposit _,
          Intent.InitiateWithdraw _,
          Intent.Transfer _,
          Intent.Approve _ ->
          false;
    };
  }

  /// Signs only what would act: a revert costs its fee for nothing, and may only want the
  /// transaction before it to be included first.
  private int trySign(Transaction.Drafted drafted, Optional<Passed> since) {
    var order = drafted.order();
    if (spared(order)) {
      store.hinder(drafted, "gas_reserve", Optional.empty());
      return 0;
    }
    return switch (chain.simulate(order.intent(), custody.address(order.sender()))) {
      case Chain.Simulated.Passes(var limit) -> sign(drafted, limit);
      case Chain.Simulated.Reverts(var reason) -> foretold(drafted, reason, since);
    };
  }

  private int foretold(Transaction.Drafted drafted, String reason, Optional<Passed> since) {
    if (since.isEmpty() || head.number() < since.get().block()) {
      store.hinder(drafted, "would_revert", Optional.of(new Passed(head.number(), head.hash())));
      return 0;
    }
    return waitedEnough(reason, since.get().block())
        ? move(drafted, new Notice.Refused(reason, "The network would not carry it out."))
        : 0;
  }

  private boolean waitedEnough(String reason, long since) {
    if (head.number() - since < pace.blocksToRefuse()) {
      return false;
    }
    return !PASSING.contains(reason)
        || chain
            .block(since)
            .filter(block -> !head.time().isBefore(block.time().plus(pace.passingMax())))
            .isPresent();
  }

  /// The sender's row is locked while its nonce is given out, so that no two transactions get one.
  private int sign(Transaction.Drafted drafted, BigInteger limit) {
    var order = drafted.order();
    var used = chain.nonce(custody.address(order.sender()));
    var fee = fee(order, 0).withLimit(limit);
    return store.inTransaction(() -> {
      if (!(store.lock(order.tenant(), order.id()) instanceof Transaction.Drafted)) {
        return 0;
      }
      var nonce = store.lockSender(order.sender()).max(used);
      return switch (custody.sign(order.sender(), order.intent(), nonce, fee, order.approval())) {
        case Signing.SignedCall(var signed) -> {
          store.next(order.sender(), nonce.add(BigInteger.ONE));
          var attempt = new Attempt(nonce, 0, signed.bytes(), signed.hash(), clock.instant());
          store.keep(order, attempt, limit);
          yield move(drafted, new Notice.Signed(attempt));
        }
        case Signing.Refused refused ->
            move(drafted, new Notice.Refused(refused.code(), refused.text()));
        case Signing.SignedStatement _ ->
            throw new IllegalStateException("a call was signed as a statement");
      };
    });
  }

  private int send(Transaction.Signed signed, Optional<Passed> passed) {
    return switch (chain.broadcast(signed.attempt().signed())) {
      // An unknown outcome may be a good one: from now on it is looked up, and sent again where the
      // pool has it not.
      case Chain.Broadcast.Accepted _, Chain.Broadcast.Unknown _ ->
          move(signed, new Notice.Sent(head.number()));
      case Chain.Broadcast.Rejected(var code) -> rejected(signed, signed.attempt(), code, passed);
    };
  }

  private int watch(Transaction.Broadcast broadcast, Optional<Passed> passed) {
    // Asked before the receipts: whatever had used the nonce by then shows among them, if it was
    // ours.
    var used = chain.nonce(custody.address(broadcast.order().sender()));
    var attempts = store.attempts(broadcast.order().tenant(), broadcast.order().id());
    var included = included(attempts);
    if (included.isPresent()) {
      return move(broadcast, included.get());
    }
    var attempt = broadcast.attempt();
    if (used.compareTo(attempt.nonce()) > 0) {
      return passed(broadcast, passed);
    }
    // Only the sender's next one: a later one waits for its turn, not for a better fee.
    boolean stuck =
        used.equals(attempt.nonce())
            && head.number() - broadcast.sinceBlock() >= pace.blocksToBump();
    if (!chain.pending(attempt.hash())) {
      return sendAgain(broadcast, passed, stuck);
    }
    return stuck ? bump(broadcast, attempt) : unhindered(broadcast, passed);
  }

  /// Some endpoints never show their pool, so what was taken again may still be stuck.
  private int sendAgain(Transaction.Broadcast broadcast, Optional<Passed> passed, boolean stuck) {
    return switch (chain.broadcast(broadcast.attempt().signed())) {
      case Chain.Broadcast.Accepted _, Chain.Broadcast.Unknown _ ->
          stuck ? bump(broadcast, broadcast.attempt()) : unhindered(broadcast, passed);
      case Chain.Broadcast.Rejected(var code) ->
          rejected(broadcast, broadcast.attempt(), code, passed);
    };
  }

  private int rejected(
      Transaction transaction, Attempt attempt, String code, Optional<Passed> passed) {
    return switch (code) {
      case "fee_too_low" -> bump(transaction, attempt);
      case "nonce_too_low" -> {
        var order = transaction.order();
        var included = included(store.attempts(order.tenant(), order.id()));
        yield included.isPresent()
            ? move(transaction, included.get())
            : passed(transaction, passed);
      }
      // `insufficient_funds` may be cured, and `bad_signature` wants a person: the nonce is given
      // out, so it stays and is tried again.
      default -> {
        store.hinder(transaction, code, Optional.empty());
        yield 0;
      }
    };
  }

  /// Another transaction has its nonce. As long as that could be reorganised away, this one could
  /// still act.
  private int passed(Transaction transaction, Optional<Passed> passed) {
    if (passed.isEmpty() || !stands(passed.get().block(), passed.get().hash())) {
      store.hinder(
          transaction, "nonce_too_low", Optional.of(new Passed(head.number(), head.hash())));
      return 0;
    }
    return head.number() - passed.get().block() >= Math.max(1, facts.confirmations())
        ? move(transaction, new Notice.Outrun())
        : 0;
  }

  private int unhindered(Transaction transaction, Optional<Passed> passed) {
    if (passed.isPresent()) {
      store.hinder(transaction, "", Optional.empty());
    }
    return 0;
  }

  /// The new form is stored first; the next round sends it. A node that dies in between leaves it
  /// to the others.
  private int bump(Transaction transaction, Attempt last) {
    if (last.bumps() >= pace.bumpsMax()) {
      store.hinder(transaction, "fee_too_low", Optional.empty());
      return 0;
    }
    var order = transaction.order();
    int bumps = last.bumps() + 1;
    var usual = fee(order, bumps);
    // What was estimated at first: by now its own first form would be in the way.
    var limit = store.limit(order.tenant(), order.id()).orElse(usual.limit());
    var fee = usual.withLimit(limit);
    return store.inTransaction(() -> {
      if (!store.lock(order.tenant(), order.id()).equals(transaction)) {
        return 0;
      }
      return switch (custody.sign(
          order.sender(), order.intent(), last.nonce(), fee, order.approval())) {
        case Signing.SignedCall(var signed) -> {
          var attempt =
              new Attempt(last.nonce(), bumps, signed.bytes(), signed.hash(), clock.instant());
          store.keep(order, attempt, limit);
          yield move(transaction, new Notice.Bumped(attempt, head.number()));
        }
        case Signing.Refused refused -> {
          // What was sent can still act, so it is not given up.
          store.hinder(transaction, refused.code(), Optional.empty());
          yield 0;
        }
        case Signing.SignedStatement _ ->
            throw new IllegalStateException("a call was signed as a statement");
      };
    });
  }

  /// What is urgent begins where others come to after some bumps.
  private Fee fee(Transaction.Order order, int bumps) {
    return chain.fee(order.urgent() ? bumps + URGENT_BUMPS : bumps);
  }

  private int deepen(Transaction.Included included) {
    var order = included.order();
    var attempts = store.attempts(order.tenant(), order.id());
    var found = included(attempts);
    if (found.isEmpty()) {
      return move(included, new Notice.Uncovered(attempts.getFirst(), head.number()));
    }
    var receipt = found.get().receipt();
    if (!receipt.equals(included.receipt())) {
      return move(included, found.get());
    }
    return deep(receipt) ? move(included, new Notice.Buried(receipt)) : 0;
  }

  /// Deep enough, and its block is the chain's own at that height.
  private boolean deep(Receipt receipt) {
    return head.number() - receipt.block() >= facts.confirmations()
        && stands(receipt.block(), receipt.blockHash());
  }

  private boolean stands(long number, Bytes32 hash) {
    return chain.block(number).filter(block -> block.hash().equals(hash)).isPresent();
  }

  private Optional<Notice.Included> included(List<Attempt> attempts) {
    return attempts.stream()
        .flatMap(attempt ->
            chain.receipt(attempt.hash()).map(r -> new Notice.Included(attempt, r)).stream())
        .findFirst();
  }

  /// Applies the notice to the row as it stands now, and tells the listeners in the same database
  /// transaction.
  private int move(Transaction seen, Notice notice) {
    return store.inTransaction(() -> {
      var now = store.lock(seen.order().tenant(), seen.order().id());
      return switch (now.on(notice)) {
        case Notice.Answer.Moved(var next) -> {
          store.save(next, clock.instant());
          if (matters(now, next)) {
            listeners.forEach(listener -> listener.on(new Fact.TransactionMoved(next)));
          }
          yield 1;
        }
        case Notice.Answer.Already _, Notice.Answer.OutOfTurn _ -> 0;
      };
    });
  }

  /// Whoever heard that it was included hears too that it no longer is.
  private static boolean matters(Transaction before, Transaction next) {
    return switch (next) {
      case Transaction.Drafted _, Transaction.Signed _ -> false;
      case Transaction.Broadcast _ -> before instanceof Transaction.Included;
      case Transaction.Included _,
          Transaction.Final _,
          Transaction.Replaced _,
          Transaction.Dropped _ ->
          true;
    };
  }
}
