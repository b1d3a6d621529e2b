package tally.network;

import tally.money.Refusal;
import tally.network.port.Chain.Facts;

/// A network's name now leads to another chain than the one that this book was written on. Nothing
/// may be judged by it.
public final class ChainChanged extends RuntimeException implements Refusal {

  private static final long serialVersionUID = 1;
  private final String text;

  public ChainChanged(String network, Facts known, Facts found) {
    super("CHAIN_CHANGED " + network);
    this.text =
        "The book knows "
            + network
            + " as "
            + known.network()
            + " with genesis "
            + known.genesis()
            + "; the node that was asked serves "
            + found.network()
            + " with genesis "
            + found.genesis()
            + ".";
  }

  @Override
  public String code() {
    return "CHAIN_CHANGED";
  }

  @Override
  public String text() {
    return text;
  }
}
