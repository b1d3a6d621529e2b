/// How fast the house is, beside what its machine and its database can do. Measures ratios within
/// one run, since two runs on a shared machine say little about each other.
@NullMarked
package tally.bench;

import org.jspecify.annotations.NullMarked;
