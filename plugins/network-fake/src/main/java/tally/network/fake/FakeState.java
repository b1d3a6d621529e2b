package tally.network.fake;

import java.math.BigInteger;
import tally.escrow.port.Channels.Deposit;
import tally.escrow.port.Channels.Earned;
import tally.network.port.Chain.Block;
import tally.treasury.port.Grants.Granted;
import tally.treasury.port.Grants.Line;
import tally.treasury.port.Grants.Power;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Everything that the contracts hold, at one block, for a second reader. What is zero is left out;
/// numbers are decimal text.
final class FakeState {

  private FakeState() {}

  static ObjectNode of(World world, Block block) {
    var state = FakeWire.object();
    var tokens = state.putObject("tokens");
    var vault = state.putObject("vault");
    vault.put("address", Genesis.VAULT.hex()).put("token", Genesis.TOKEN.hex());
    vault.put("reserve", world.vault().reserve().toString());
    world.vault().appointment().ifPresent(found -> appoint(vault, found));
    var accounts = vault.putObject("accounts");
    var grants = vault.putObject("grants");
    var lines = vault.putObject("lines");
    var released = vault.putObject("released");
    var channels = state.putObject("channels");
    var receivers = state.putObject("receivers");
    world
        .storage()
        .forEach((slot, value) -> {
          switch (slot) {
            case Slot.Tokens at -> tokens.put(at.holder().hex(), ((BigInteger) value).toString());
            case Slot.Account at -> accounts.set(at.user().hex(), node(Power.class, value));
            case Slot.Granted at ->
                world
                    .vault()
                    .granted(at.user(), at.payment())
                    .ifPresent(found ->
                        grants
                            .withObjectProperty(at.user().hex())
                            .set(at.payment().hex(), node(Granted.class, found)));
            case Slot.Line at -> lines.set(at.channel().hex(), node(Line.class, value));
            case Slot.Released at -> released.put(at.user().hex(), ((BigInteger) value).toString());
            case Slot.Channel at -> channels.set(at.channel().hex(), node(Deposit.class, value));
            case Slot.Receiver at -> receivers.set(at.receiver().hex(), node(Earned.class, value));
            case Slot.Nonce at -> {}
            case Slot.Allowance at -> {}
            case Slot.Reserve at -> {}
            case Slot.Appointed at -> {}
            case Slot.Spent at -> {}
          }
        });
    state.set("block", node(Block.class, block));
    return state;
  }

  private static void appoint(ObjectNode vault, Slot.Appointment found) {
    vault.put("treasury", found.treasury().hex());
    vault.put("operator", found.operator().hex());
    vault.put("council", found.council().hex());
    vault.put("dailyLimit", found.dailyLimit().toString());
  }

  private static <T> JsonNode node(Class<T> type, Object value) {
    return FakeWire.node(type, type.cast(value));
  }
}
