import NearEarth

/// One simulated close approach, in the integers that are printed: every derived unit follows exactly from them.
struct SimulatedApproach {
    /// The body passed, as NeoWs spells it.
    let body: Body
    /// Day of the approach.
    let day: CalendarDate
    /// Minutes since that day's midnight.
    let minute: Int
    /// Distance (10⁻¹⁰ au).
    let distance: Int
    /// Relative speed (10⁻¹⁰ km/s).
    let speed: Int

    /// The bodies that simulated objects pass.
    enum Body: String {
        case earth = "Earth"
        case moon = "Moon"
        case venus = "Venus"
        case mars = "Mars"
        case mercury = "Merc"
        case jupiter = "Juptr"
    }

    /// An approach whose distance and speed keep ten decimals: a last digit of zero becomes one.
    init(body: Body, day: CalendarDate, minute: Int, distance: Int, speed: Int) {
        self.body = body
        self.day = day
        self.minute = minute
        self.distance = distance % 10 == 0 ? distance + 1 : distance
        self.speed = speed % 10 == 0 ? speed + 1 : speed
    }

    /// Milliseconds since 1970, negative before.
    var epochMilliseconds: Int {
        (day.daysSinceEpoch * 1440 + minute) * 60_000
    }
}
