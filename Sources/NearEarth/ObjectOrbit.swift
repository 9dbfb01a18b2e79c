/// The orbit that a lookup or a page of the catalogue gives for an object, as JPL determined it.
public struct ObjectOrbit: Sendable, Hashable {
    /// JPL SPK-ID.
    public var id: String
    /// Name or designation.
    public var name: String
    /// Designation alone; nil in bodies that leave it out.
    public var designation: String?
    /// NeoWs's `orbital_data`, key by key with NASA's digits: angles in degrees, distances in au, times as Julian dates (TDB).
    /// The members of `orbit_class` stand beside the others. Null values are left out.
    public var elements: [String: String]

    /// An orbit from its parts.
    public init(id: String, name: String, designation: String?, elements: [String: String]) {
        self.id = id
        self.name = name
        self.designation = designation
        self.elements = elements
    }
}
