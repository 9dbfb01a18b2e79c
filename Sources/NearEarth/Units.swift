/// The constants with which NeoWs derives its units, computed from recorded responses: they are NeoWs's own,
/// not the IAU's, because the audit checks what NeoWs says against what NeoWs says.
public enum Units {
    /// Kilometres in an astronomical unit. NeoWs uses 149,597,870.0; the IAU's figure ends in ...870.7.
    public static let kilometersPerAU = 149_597_870.0
    /// Lunar distances in an astronomical unit: NeoWs multiplies by 389 exactly, so its LD is 384,570 km (the mean is
    /// 384,400).
    public static let lunarDistancesPerAU = 389.0
    /// Seconds in an hour: kilometres per hour = 3600 × kilometres per second.
    public static let secondsPerHour = 3600.0
    /// Kilometres in one of NeoWs's lunar distances.
    public static let kilometersPerLunarDistance = kilometersPerAU / lunarDistancesPerAU
    /// TDB, the clock of JPL's ephemerides, less UTC: TT − TAI (32.184 s) and the 37 leap seconds since 2017 (IERS
    /// Bulletin C). TDB and TT differ by less than 2 ms. A later leap second is not foreseen.
    public static let millisecondsTDBAheadOfUTC: Int64 = 69_184
}
