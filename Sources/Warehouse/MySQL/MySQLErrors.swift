/// What MySQL's and libmariadb's error numbers mean to us (mysqld_error.h, errmsg.h).
enum MySQLErrors {
    /// What a statement of a schema's step says where it was carried out before, by an upgrade that was broken off: the
    /// table, the column, the index or the row is there, or what it drops is gone (MariaDB has a number of its own for
    /// a view: 4092).
    static let appliedBefore: Set<UInt32> = [1050, 1060, 1061, 1062, 1091, 1051, 4092]

    /// Why a connection could not be made.
    static func refusal(_ number: UInt32, _ message: String, _ location: String) -> any Error {
        switch number {
        // No server there, or one that is just starting or going.
        case 2002, 2003, 2006, 2013, 1040, 1053: ConnectionLost(cause: message)
        case 1044, 1045, 1698, 1251, 2059: StoreError.denied(store: location, cause: message)
        // libmariadb's own text names no plugin, but what lies in its buffer.
        case 5010:
            StoreError.denied(store: location, cause: "the server wants the password in a way that would give it away")
        case 1049: StoreError.noDatabase(store: location, cause: message)
        case 2026: StoreError.unavailable(store: location, cause: "TLS: \(message)")
        default: StoreError.unavailable(store: location, cause: "\(message) (\(number))")
        }
    }

    /// Why a statement failed.
    static func failure(_ number: UInt32, _ message: String, _ location: String) -> any Error {
        switch number {
        case 2068: StoreError.failed(store: location, cause: message)
        case 2000...2999, 1053, 1077, 1079, 1317, 1927, 3169, 4031: ConnectionLost(cause: message)
        case 1213: Deadlocked()
        case 1205: StoreError.busy(store: location)
        case 1044, 1142, 1143, 1227, 1290, 1370, 1792, 1836: StoreError.denied(store: location, cause: message)
        default: StoreError.failed(store: location, cause: "\(message) (\(number))")
        }
    }
}
