package tally.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Prints what the API answers as a table: a row for each item, a column for each name. Money is
/// written `1.00 USD`, a quantity `5 byte`; what an item does not have stays empty.
final class Table {

  private static final int WIDTH_MAX = 70;

  private Table() {}

  static void print(PrintStream out, List<JsonNode> items, List<String> columns) {
    var rows = new ArrayList<List<String>>();
    rows.add(columns);
    for (var item : items) {
      rows.add(columns.stream().map(column -> text(item.path(column))).toList());
    }
    var widths = new int[columns.size()];
    for (var row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (var row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        line.append(row.get(i)).repeat(" ", widths[i] - row.get(i).length() + 2);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  static String text(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "";
    }
    if (value.has("amount") && value.has("asset")) {
      return Players.text(value);
    }
    if (value.has("count") && value.has("unit")) {
      return value.path("count").asString() + " " + value.path("unit").asString();
    }
    var text = value.isContainer() ? value.toString() : value.asString();
    return text.length() > WIDTH_MAX ? text.substring(0, WIDTH_MAX - 1) + "…" : text;
  }
}
