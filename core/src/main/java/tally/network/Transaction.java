package tally.network;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import tally.custody.Approval;
import tally.custody.KeyRef;
import tally.custody.port.Intent;
import tally.money.Tenant;
import tally.network.Notice.Answer;
import tally.network.port.Chain.Receipt;
import tally.x402.Bytes32;

/// A chain transaction in the journal, from the wish to the final block.
public sealed interface Transaction {

  Order order();

  /// What the notice does to this state. Pure.
  Answer on(Notice notice);

  /// @param sender a key on the same network
  /// @param purpose a short word for people: `grant`, `draw`, `claim`
  /// @param urgent whether it goes before others and pays more from the first, since it would soon
  ///   be too late
  record Order(
      TransactionId id,
      Tenant tenant,
      String network,
      KeyRef sender,
      Intent.Call intent,
      Approval approval,
      String purpose,
      boolean urgent) {

    public Order {
      if (!sender.network().equals(network)) {
        throw new IllegalArgumentException(
            "a key of " + sender.network() + " sends nothing on " + network);
      }
    }

    /// An order that may wait for its turn.
    public Order(
        TransactionId id,
        Tenant tenant,
        String network,
        KeyRef sender,
        Intent.Call intent,
        Approval approval,
        String purpose) {
      this(id, tenant, network, sender, intent, approval, purpose, false);
    }
  }

  /// One signed form of it. A fee bump makes another attempt with the same nonce.
  record Attempt(BigInteger nonce, int bumps, byte[] signed, Bytes32 hash, Instant at) {

    /// By the bytes, not by the array that holds them.
    @Override
    public boolean equals(Object other) {
      return other instanceof Attempt that
          && nonce.equals(that.nonce)
          && bumps == that.bumps
          && Arrays.equals(signed, that.signed)
          && hash.equals(that.hash)
          && at.equals(that.at);
    }

    @Override
    public int hashCode() {
      return Objects.hash(nonce, bumps, hash);
    }
  }

  record Drafted(Order order) implements Transaction {

    public Signed sign(Attempt attempt) {
      return new Signed(order, attempt);
    }

    public Dropped drop(String code, String text) {
      return new Dropped(order, code, text);
    }

    @Override
    public Answer on(Notice notice) {
      return switch (notice) {
        case Notice.Signed signed -> moved(sign(signed.attempt()));
        case Notice.Refused refused -> moved(drop(refused.code(), refused.text()));
        case Notice.Sent _,
            Notice.Bumped _,
            Notice.Included _,
            Notice.Uncovered _,
            Notice.Buried _,
            Notice.Outrun _ ->
            new Answer.OutOfTurn();
      };
    }
  }

  /// Signed and stored, perhaps not yet sent.
  record Signed(Order order, Attempt attempt) implements Transaction {

    public Broadcast send(long atBlock) {
      return new Broadcast(order, attempt, atBlock);
    }

    @Override
    public Answer on(Notice notice) {
      return switch (notice) {
        case Notice.Sent sent -> moved(send(sent.atBlock()));
        // Its fee was too low even to be sent.
        case Notice.Bumped bumped -> moved(new Signed(order, bumped.attempt()));
        // A crash fell between sending it and writing that down.
        case Notice.Included included ->
            moved(new Included(order, included.attempt(), included.receipt()));
        case Notice.Outrun _ -> moved(new Replaced(order, attempt));
        case Notice.Signed _ -> new Answer.Already();
        case Notice.Refused _, Notice.Uncovered _, Notice.Buried _ -> new Answer.OutOfTurn();
      };
    }
  }

  /// @param attempt the newest form
  /// @param sinceBlock the head when that form was sent
  record Broadcast(Order order, Attempt attempt, long sinceBlock) implements Transaction {

    public Included include(Attempt included, Receipt receipt) {
      return new Included(order, included, receipt);
    }

    public Broadcast bump(Attempt next, long atBlock) {
      return new Broadcast(order, next, atBlock);
    }

    public Replaced replace() {
      return new Replaced(order, attempt);
    }

    @Override
    public Answer on(Notice notice) {
      return switch (notice) {
        case Notice.Included included -> moved(include(included.attempt(), included.receipt()));
        case Notice.Bumped bumped -> moved(bump(bumped.attempt(), bumped.atBlock()));
        case Notice.Outrun _ -> moved(replace());
        case Notice.Sent _, Notice.Signed _, Notice.Uncovered _ -> new Answer.Already();
        case Notice.Refused _, Notice.Buried _ -> new Answer.OutOfTurn();
      };
    }
  }

  /// @param attempt the form that is included; of all forms just one can be
  record Included(Order order, Attempt attempt, Receipt receipt) implements Transaction {

    /// A reorganisation took its block away.
    public Broadcast uncover(Attempt newest, long atBlock) {
      return new Broadcast(order, newest, atBlock);
    }

    public Final bury(Receipt at) {
      return new Final(order, attempt, at);
    }

    @Override
    public Answer on(Notice notice) {
      return switch (notice) {
        case Notice.Buried buried ->
            buried.receipt().equals(receipt) ? moved(bury(receipt)) : new Answer.OutOfTurn();
        case Notice.Uncovered uncovered -> moved(uncover(uncovered.newest(), uncovered.atBlock()));
        // A reorganisation moved it to another block, or included another form of it.
        case Notice.Included included ->
            included.receipt().equals(receipt)
                ? new Answer.Already()
                : moved(new Included(order, included.attempt(), included.receipt()));
        case Notice.Signed _, Notice.Sent _ -> new Answer.Already();
        case Notice.Refused _, Notice.Bumped _, Notice.Outrun _ -> new Answer.OutOfTurn();
      };
    }
  }

  /// Deep enough to stay. `receipt.success()` says whether it acted.
  record Final(Order order, Attempt attempt, Receipt receipt) implements Transaction {
    @Override
    public Answer on(Notice notice) {
      return switch (notice) {
        case Notice.Signed _, Notice.Sent _, Notice.Buried _ -> new Answer.Already();
        case Notice.Included included ->
            included.receipt().equals(receipt) ? new Answer.Already() : new Answer.OutOfTurn();
        case Notice.Refused _, Notice.Bumped _, Notice.Uncovered _, Notice.Outrun _ ->
            new Answer.OutOfTurn();
      };
    }
  }

  /// Another transaction took its nonce for good; it will never act.
  record Replaced(Order order, Attempt attempt) implements Transaction {
    @Override
    public Answer on(Notice notice) {
      return switch (notice) {
        case Notice.Signed _, Notice.Sent _, Notice.Outrun _ -> new Answer.Already();
        case Notice.Refused _,
            Notice.Bumped _,
            Notice.Included _,
            Notice.Uncovered _,
            Notice.Buried _ ->
            new Answer.OutOfTurn();
      };
    }
  }

  /// Given up before anything was sent that could still act.
  record Dropped(Order order, String code, String text) implements Transaction {
    @Override
    public Answer on(Notice notice) {
      return switch (notice) {
        case Notice.Refused _ -> new Answer.Already();
        case Notice.Signed _,
            Notice.Sent _,
            Notice.Bumped _,
            Notice.Included _,
            Notice.Uncovered _,
            Notice.Buried _,
            Notice.Outrun _ ->
            new Answer.OutOfTurn();
      };
    }
  }

  private static Answer moved(Transaction next) {
    return new Answer.Moved(next);
  }
}
