import GRDB

/// One numbered step of a plane's schema. Numbers begin at 1 and have no gap; a released migration is never edited.
package struct Migration: Sendable {
  package let number: Int
  package let name: String
  let apply: @Sendable (Database) throws -> Void

  /// Takes the SQL of the step, several statements if need be.
  package init(_ number: Int, _ name: String, sql: String) {
    self.init(number, name) { try $0.execute(sql: sql) }
  }

  package init(_ number: Int, _ name: String, apply: @escaping @Sendable (Database) throws -> Void) {
    self.number = number
    self.name = name
    self.apply = apply
  }

  var identifier: String { "\(number) \(name)" }

  /// Brings a database up to date, each step in a transaction of its own. Throws `StorageError.unusable` when the file has
  /// steps that this program does not know: it was written by a newer one.
  static func run(_ migrations: [Migration], on writer: some DatabaseWriter, path: String) throws {
    guard migrations.map(\.number) == Array(1..<migrations.count + 1) else {
      throw StorageError.other("migrations are not numbered from 1 without a gap")
    }
    var migrator = DatabaseMigrator()
    for migration in migrations {
      migrator.registerMigration(migration.identifier) { try migration.apply($0) }
    }
    guard try !writer.read(migrator.hasBeenSuperseded) else {
      throw StorageError.unusable("database \(path) was written by a newer version of this program; run that version")
    }
    try migrator.migrate(writer)
  }
}
