package tally.flow;

import static tally.flow.FlowFixtures.granted;

import java.math.BigInteger;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import tally.escrow.Channel;
import tally.ledger.Posting;
import tally.money.Quantity;
import tally.money.Unit;

/// A purchase as its tests play it, without a database.
abstract class PurchaseScene {

  /// Plays signals one after another and gathers every posting that was commanded.
  static final class Play {
    Flow state;
    final List<Posting> postings = new ArrayList<>();
    List<Command> last = List.of();

    Play(Flow state) {
      this.state = state;
    }

    Play hear(Signal... signals) {
      for (var signal : signals) {
        var step = state.on(signal);
        state = step.next();
        last = step.commands();
        last.forEach(command -> {
          if (command instanceof Command.Post(var entry)) {
            postings.addAll(entry.postings());
          }
        });
      }
      return this;
    }
  }

  static Play running(Purchase.Data data) {
    var play =
        new Play(new Purchase.Accepted(data)).hear(new Signal.Begun(), new Signal.HoldsPlaced());
    data.parts().forEach(part -> play.hear(granted(part)));
    return play.hear(
        new Signal.ChannelDeposited(data.channel(), Channel.Side.PAYER, data.deposit()),
        new Signal.Connected(URI.create("http://127.0.0.1:1")));
  }

  static Signal sellerFinished(BigInteger paid) {
    var bytes = new Quantity(Unit.BYTE, 1);
    return new Signal.SellerFinished(bytes, bytes, paid);
  }

  static Play recalling(Purchase.Data data) {
    return running(data)
        .hear(
            new Signal.FinishAsked(),
            sellerFinished(BigInteger.ZERO),
            new Signal.Overdue("seller"));
  }
}
