package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static tally.flow.internal.CrashTest.find;
import static tally.flow.internal.CrashTest.flow;
import static tally.flow.internal.CrashTest.topUp;
import static tally.flow.internal.CrashTest.usd;

import java.util.Map;
import java.util.Optional;
import tally.flow.Approvals;
import tally.flow.Begin;
import tally.flow.Command;
import tally.flow.Flow;
import tally.flow.FlowId;
import tally.flow.Refunding;
import tally.flow.Refundings;
import tally.money.Amount;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Tenant;

/// A payer takes money back in three parts: the first is below the day's limit, the second is
/// approved, the third declined.
final class ApprovalStory {

  static final Map<String, Object> SETTINGS = Map.of("tally.refund.approve-above", "10.00 USD");

  private static final Holder PAYER = new Holder("party:ada");
  private static final Holder OSCAR = new Holder("party:oscar");

  private final CrashWorld world;

  ApprovalStory(CrashWorld world) {
    this.world = world;
  }

  /// What an operator's word has sent, or taken back.
  static boolean decided(Command command) {
    return switch (command) {
      case Command.StartRefund start -> start.by().equals(OSCAR.name());
      case Command.Post post -> post.entry().reason().equals("refund declined");
      default -> false;
    };
  }

  void tell() {
    topUp(world, PAYER);
    var small = ask("the first", Optional.of(usd("10.00")));
    sent(small);
    var approved = ask("the second", Optional.of(usd("0.01")));
    waits(approved);
    assertSetAside("1");
    decide(approved, true);
    sent(approved);
    var declined = ask("the third", Optional.of(usd("5.00")));
    waits(declined);
    assertSetAside("500");
    decide(declined, false);
    world.until("the no", () -> find(world, declined, Refunding.Declined.class).isPresent());
    world.untilCalm();
    // What was declined is no part of the day: this one is above the limit by what went back.
    var rest = ask("the rest", Optional.empty());
    waits(rest);
    decide(rest, true);
    sent(rest);
    assertThat(world.balances())
        .containsEntry("available/party:ada USD/2", "0 held 0")
        .containsEntry("refunding/party:ada USD/2", "0 held 0");
  }

  private FlowId ask(String name, Optional<Amount> asked) {
    var id = flow(name);
    var begun =
        world.bean(Refundings.class).begin(Tenant.HOUSE, PAYER, id, usd("1.00").asset(), asked);
    assertThat(begun).isInstanceOf(Begin.Begun.class);
    return id;
  }

  private void waits(FlowId refund) {
    world.until("the wait", () -> find(world, refund, Refunding.Waiting.class).isPresent());
  }

  private void assertSetAside(String cents) {
    assertThat(world.balances()).containsEntry("refunding/party:ada USD/2", cents + " held 0");
  }

  private void decide(FlowId refund, boolean approved) {
    var id = Derived.id(refund.value(), "decision");
    assertThat(
            world
                .bean(Approvals.class)
                .decide(Tenant.HOUSE, refund, id, approved, OSCAR, "She wrote to us."))
        .isInstanceOf(Approvals.Answer.Taken.class);
  }

  private void sent(FlowId refund) {
    world.until(
        "the refund",
        () -> find(world, refund, Refunding.Sending.class).filter(Flow::over).isPresent());
    // A refund is over before its last posting is carried out.
    world.untilCalm();
  }
}
