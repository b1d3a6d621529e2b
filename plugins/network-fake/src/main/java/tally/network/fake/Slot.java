package tally.network.fake;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import tally.escrow.port.Channels;
import tally.treasury.port.Grants;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;

/// A place in the chain's storage and what lies there before anybody writes.
sealed interface Slot<V> {

  V zero();

  sealed interface Number extends Slot<BigInteger> {
    @Override
    default BigInteger zero() {
      return BigInteger.ZERO;
    }
  }

  record Nonce(Address sender) implements Number {}

  record Tokens(Address holder) implements Number {}

  record Allowance(Address owner, Address spender) implements Number {}

  record Reserve() implements Number {}

  record Released(Address user) implements Number {}

  /// @param council whoever decides appeals; zero where nobody does
  record Appointment(Address treasury, Address operator, Address council, BigInteger dailyLimit) {}

  record Appointed() implements Slot<Optional<Appointment>> {
    @Override
    public Optional<Appointment> zero() {
      return Optional.empty();
    }
  }

  /// What left the operator's hold on one day, counted from 1970.
  record Spending(long day, BigInteger units) {}

  record Spent() implements Slot<Spending> {
    @Override
    public Spending zero() {
      return new Spending(0, BigInteger.ZERO);
    }
  }

  record Account(Address user) implements Slot<Grants.Power> {
    @Override
    public Grants.Power zero() {
      return new Grants.Power(BigInteger.ZERO, BigInteger.ZERO);
    }
  }

  record Granted(Address user, Bytes32 payment) implements Slot<Optional<Grants.Granted>> {
    @Override
    public Optional<Grants.Granted> zero() {
      return Optional.empty();
    }
  }

  record Line(ChannelId channel) implements Slot<Grants.Line> {
    @Override
    public Grants.Line zero() {
      return new Grants.Line(BigInteger.ZERO, BigInteger.ZERO);
    }
  }

  record Channel(ChannelId channel) implements Slot<Channels.Deposit> {
    @Override
    public Channels.Deposit zero() {
      return new Channels.Deposit(
          BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, Instant.EPOCH, BigInteger.ZERO);
    }
  }

  record Receiver(Address receiver, Address token) implements Slot<Channels.Earned> {
    @Override
    public Channels.Earned zero() {
      return new Channels.Earned(BigInteger.ZERO, BigInteger.ZERO);
    }
  }
}
