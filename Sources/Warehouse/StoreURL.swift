import Foundation

/// Opens the store that `--store` names.
public enum StoreURL {
    /// Opens `sqlite:PATH` and brings its schema up to date.
    public static func open(_ url: String) async throws(StoreError) -> any Store {
        guard let path = path(url) else { throw .badURL(redacted(url)) }
        return SQLStore(database: try SQLiteDatabase(path: path))
    }

    /// The path of `sqlite:PATH` (also `sqlite://PATH`), or nil for another kind of store.
    public static func path(_ url: String) -> String? {
        for prefix in ["sqlite://", "sqlite:"] where url.hasPrefix(prefix) && url.count > prefix.count {
            return String(url.dropFirst(prefix.count))
        }
        return nil
    }

    /// A URL without the password that may stand in it.
    public static func redacted(_ url: String) -> String {
        guard let scheme = url.range(of: "://"), let at = url[scheme.upperBound...].lastIndex(of: "@") else { return url }
        let user = url[scheme.upperBound..<at].prefix { $0 != ":" }
        return "\(url[..<scheme.upperBound])\(user)\(url[at...])"
    }
}
