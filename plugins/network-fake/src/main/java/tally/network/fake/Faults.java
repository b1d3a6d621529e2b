package tally.network.fake;

import java.math.BigInteger;
import java.util.random.RandomGenerator;

/// How badly the chain behaves, by its seed. Whatever it does stays within what a node must bear:
/// no reorganisation reaches a final transaction.
public enum Faults {
  NONE(0),
  MILD(1),
  WILD(4);

  private static final int FLOOR_USUAL = 1_000;
  private final int weight;

  Faults(int weight) {
    this.weight = weight;
  }

  /// About 1 block in 24 (mild) or 6 (wild) forgets a waiting transaction.
  boolean drops(RandomGenerator chance) {
    return chance.nextInt(24) < weight;
  }

  /// How many blocks to take back now; mild stays below the confirmations, wild reaches them, and
  /// neither passes them.
  int rewinds(RandomGenerator chance, int confirmations) {
    int deepest = this == WILD ? confirmations : confirmations - 1;
    return chance.nextInt(20) < weight && deepest > 0 ? 1 + chance.nextInt(deepest) : 0;
  }

  /// The fee floor of the next blocks: the usual one, or in about 1 of 16 cases up to three times
  /// that.
  BigInteger floor(RandomGenerator chance) {
    boolean high = chance.nextInt(16) < weight;
    return BigInteger.valueOf(high ? FLOOR_USUAL + chance.nextInt(2 * FLOOR_USUAL) : FLOOR_USUAL);
  }

  /// For how many blocks a floor stands.
  int floorBlocks(RandomGenerator chance) {
    return 1 + chance.nextInt(6);
  }

  /// Whether an answer is lost on its way; wild only.
  boolean losesAnswer(RandomGenerator chance) {
    return this == WILD && chance.nextInt(16) == 0;
  }

  /// Whether a request finds nobody at home; wild only.
  boolean isAway(RandomGenerator chance) {
    return this == WILD && chance.nextInt(64) == 0;
  }

  static BigInteger usualFloor() {
    return BigInteger.valueOf(FLOOR_USUAL);
  }
}
