import Daemon
import Signing
import Storage
import Testing

/// A column of a plane's database, as a test's argument.
package struct TableColumn: Sendable, CustomTestStringConvertible {
  package let table: String
  package let name: String
  /// `INTEGER`, `TEXT` or `BLOB`.
  package let type: String

  package var testDescription: String { "\(table).\(name)" }

  /// Every column that these tables have in a new database of the plane, so that one that is added is covered by itself.
  package static func all<P: Plane>(of tables: [String], in plane: P.Type) throws -> [TableColumn] {
    let directory = try TemporaryDirectory()
    let path = "\(directory.path)/state.sqlite"
    try PlaneDatabase.open(path: path, applicationID: P.applicationID, migrations: P.migrations).close()
    return try all(of: tables, at: path)
  }

  /// The same in a database that is there.
  package static func all(of tables: [String], at path: String) throws -> [TableColumn] {
    try tables.flatMap { table in
      try SQLiteProgram.run("SELECT name || ' ' || type FROM pragma_table_info('\(table)')", on: path).map { line in
        let parts = line.split(separator: " ").map(String.init)
        return TableColumn(table: table, name: parts[0], type: parts[1])
      }
    }
  }

  /// Gives the column, in every row or in some, another value that could stand there: another number, a text with another last letter, bytes of
  /// which one in the middle is another. What was empty is filled.
  package func change(in path: String, where condition: String = "TRUE") throws {
    let value =
      switch type {
      case "INTEGER": "coalesce(\(name), 0) + 1000003"
      case "BLOB":
        """
        CAST(coalesce(substr(\(name), 1, length(\(name)) / 2)
          || iif(hex(substr(\(name), length(\(name)) / 2 + 1, 1)) = '41', x'42', x'41')
          || substr(\(name), length(\(name)) / 2 + 2), zeroblob(64)) AS BLOB)
        """
      default:
        "coalesce(substr(\(name), 1, length(\(name)) - 1) || iif(substr(\(name), -1) = '0', '1', '0'), 'eu')"
      }
    let update = "PRAGMA ignore_check_constraints = ON; UPDATE \(table) SET \(name) = \(value) WHERE \(condition)"
    guard try SQLiteProgram.run("\(update); SELECT changes() > 0", on: path) == ["1"] else {
      throw ProcessFailure("\(testDescription) was not changed")
    }
  }

  /// Flips one bit of the column: of a number one that makes another of it that is far away, of a text or bytes one at this part of its
  /// length.
  ///
  /// - Parameter part: from 0, the beginning, to 1, the end.
  package func flipBit(in path: String, where condition: String, at part: Double) throws {
    let value =
      type == "INTEGER" ? Self.flipped(name, bit: 7 + Int(part * 48)) : try flippedBytes(in: path, condition, part)
    let update = "PRAGMA ignore_check_constraints = ON; UPDATE \(table) SET \(name) = \(value) WHERE \(condition)"
    guard try SQLiteProgram.run("\(update); SELECT changes()", on: path) == ["1"] else {
      throw ProcessFailure("\(testDescription) was not changed in one row")
    }
  }

  private static func flipped(_ name: String, bit: Int) -> String {
    "(coalesce(\(name), 0) | \(1 << bit)) - (coalesce(\(name), 0) & \(1 << bit))"
  }

  /// A text stays ASCII where it was.
  private func flippedBytes(in path: String, _ condition: String, _ part: Double) throws -> String {
    let hex = try SQLiteProgram.run(
      "SELECT lower(hex(CAST(\(name) AS BLOB))) FROM \(table) WHERE \(condition) LIMIT 1", on: path)
    guard var bytes = hex.first.flatMap(Hex.decode), !bytes.isEmpty else {
      throw ProcessFailure("\(testDescription) is empty there")
    }
    let place = min(bytes.count - 1, Int(part * Double(bytes.count)))
    bytes[place] ^= 1 << UInt8(place % 7)
    return "CAST(X'\(Hex.encode(bytes))' AS \(type))"
  }
}
