/// The doors: pages, REST, x402, peers, webhooks, and the wiring of plug-ins, database and workers.
@NullMarked
package tally.server;

import org.jspecify.annotations.NullMarked;
