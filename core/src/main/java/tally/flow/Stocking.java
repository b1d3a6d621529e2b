package tally.flow;

import tally.flow.Signal.TransactionEnded;
import tally.ledger.EntryId;
import tally.money.Amount;
import tally.money.Tenant;
import tally.network.TransactionId;

/// The house sets aside what is its own: tokens in a vault's reserve, from which grants are made,
/// or money at a gateway, which bears losses.
public sealed interface Stocking extends Flow {

  Data data();

  sealed interface Place {
    record Vault(String network) implements Place {}

    /// The money is there already; booking it is all.
    record Gateway(String name) implements Place {}
  }

  record Data(FlowId id, Tenant tenant, Place place, Amount amount) {}

  @Override
  default FlowId id() {
    return data().id();
  }

  @Override
  default Tenant tenant() {
    return data().tenant();
  }

  record Requested(Data data) implements Stocking {
    @Override
    public Step on(Signal signal) {
      if (!(signal instanceof Signal.Begun)) {
        return Step.stay(this);
      }
      return switch (data.place()) {
        case Place.Vault(var network) ->
            Step.to(
                new Sent(data, network),
                new Command.FundReserve(
                    network, data.amount(), new TransactionId(data.id().derive("fund"))));
        case Place.Gateway(var name) ->
            Step.to(
                new Stocked(data),
                new Command.Post(
                    Postings.capital(
                        new EntryId(data.id().derive("capital")),
                        data.tenant(),
                        name,
                        data.amount())));
      };
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  record Sent(Data data, String network) implements Stocking {
    @Override
    public Step on(Signal signal) {
      if (!(signal instanceof TransactionEnded ended)) {
        return Step.stay(this);
      }
      return switch (ended.end()) {
        case ACTED ->
            Step.to(
                new Stocked(data),
                new Command.Post(
                    Postings.stocked(
                        new EntryId(data.id().derive("stocked")),
                        data.tenant(),
                        network,
                        data.amount())));
        case REVERTED, NEVER_SENT -> Step.to(new Failed(data, ended.reason()));
      };
    }

    @Override
    public boolean over() {
      return false;
    }
  }

  record Stocked(Data data) implements Stocking {
    @Override
    public Step on(Signal signal) {
      return Step.stay(this);
    }

    @Override
    public boolean over() {
      return true;
    }
  }

  record Failed(Data data, String reason) implements Stocking {
    @Override
    public Step on(Signal signal) {
      return Step.stay(this);
    }

    @Override
    public boolean over() {
      return true;
    }
  }
}
