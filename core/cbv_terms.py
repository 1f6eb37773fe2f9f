"""The words of CBV 2.0: which there are, and how each is spelt in full.

Facts of the standard (CBV 2.0 §7, GS1 Web Vocabulary for the measurements). EPCIS
writes a word bare (`shipping`), as a CURIE (`cbv:BizStep-shipping`), as a URI or, in
older documents, as a URN (`urn:epcglobal:cbv:bizstep:shipping`): all say the same.
"""

CBV = "https://ref.gs1.org/cbv/"
VOC = "https://gs1.org/voc/"


def _words(text):
    return frozenset(text.split())


BIZ_STEPS = _words(
    """
accepting arriving assembling collecting commissioning consigning
creating_class_instance cycle_counting decommissioning departing destroying
disassembling dispensing encoding entering_exiting holding inspecting installing
killing loading other packing picking receiving removing repackaging repairing
replacing reserving retail_selling sampling sensor_reporting shipping
staging_outbound stock_taking stocking storing transporting unloading unpacking
void_shipping
"""
)

DISPOSITIONS = _words(
    """
active available completeness_inferred completeness_verified conformant
container_closed container_open damaged destroyed dispensed disposed encoded expired
in_progress in_transit inactive mismatch_class mismatch_instance mismatch_quantity
needs_replacement no_pedigree_match non_conformant non_sellable_other
partially_dispensed recalled reserved retail_sold returned sellable_accessible
sellable_not_accessible stolen unavailable unknown
"""
)

TRANSACTION_TYPES = _words(
    """
bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt
"""
)

PARTY_TYPES = _words(
    """
location owning_party possessing_party
"""
)

ERROR_REASONS = _words(
    """
did_not_occur incorrect_data
"""
)

MEASUREMENTS = _words(
    """
AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude
AmountOfSubstance AmountOfSubstancePerUnitVolume Angle AngularAcceleration
AngularMomentum AngularVelocity Area Capacitance Conductance Conductivity Count
Density Dimensionless DoseEquivalent DoseEquivalentRate DynamicViscosity
ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy
Exposure Force Frequency Illuminance Inductance Irradiance KinematicViscosity Length
LinearMomentum Luminance LuminousFlux LuminousIntensity MagneticFlux
MagneticFluxDensity MagneticVectorPotential Mass MassConcentration MassFlowRate
MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass MolarVolume
Power Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity
Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension
Temperature Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux
Wavenumber
"""
)

EXCEPTIONS = _words(
    """
ALARM_CONDITION ERROR_CONDITION
"""
)

COMPONENTS = _words(
    """
altitude axial_distance azimuth easting elevation_angle height latitude longitude
northing polar_angle spherical_radius x y z
"""
)

#: Which words a field takes: how each begins in full, in a URN, and the words.
VOCABULARIES = {
    "bizStep": (CBV + "BizStep-", "urn:epcglobal:cbv:bizstep:", BIZ_STEPS),
    "disposition": (CBV + "Disp-", "urn:epcglobal:cbv:disp:", DISPOSITIONS),
    "transaction": (CBV + "BTT-", "urn:epcglobal:cbv:btt:", TRANSACTION_TYPES),
    "party": (CBV + "SDT-", "urn:epcglobal:cbv:sdt:", PARTY_TYPES),
    "reason": (CBV + "ER-", "urn:epcglobal:cbv:er:", ERROR_REASONS),
    "component": (CBV + "Comp-", "urn:epcglobal:cbv:comp:", COMPONENTS),
    "measurement": (VOC, "", MEASUREMENTS),
    "exception": (VOC, "", EXCEPTIONS),
}

#: Prefixes the standard's own JSON-LD context declares.
PREFIXES = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": CBV,
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": VOC,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}


def full(vocabulary: str, text: str) -> str:
    """Return a word of `vocabulary` as its full URI, anything else as it is.

    >>> full("bizStep", "shipping")
    'https://ref.gs1.org/cbv/BizStep-shipping'
    >>> full("bizStep", "urn:epcglobal:cbv:bizstep:shipping")
    'https://ref.gs1.org/cbv/BizStep-shipping'
    """
    start, urn, words = VOCABULARIES[vocabulary]
    if text in words:
        return start + text
    if urn and text.startswith(urn):
        return start + text[len(urn) :]
    return text


def is_reserved(vocabulary: str, text: str) -> bool:
    """Tell whether `text` is spelt as only the standard's own words are.

    >>> is_reserved("bizStep", "cbv:BizStep-flying"), is_reserved("bizStep", "x:fly")
    (True, False)
    """
    start, urn, _words = VOCABULARIES[vocabulary]
    prefix, _colon, rest = text.partition(":")
    uri = PREFIXES[prefix] + rest if prefix in ("cbv", "gs1") else text
    reserved = [start, urn or start, "https://ns.gs1.org/cbv/", "http://ns.gs1.org/cbv"]
    return uri.startswith(tuple(reserved))


def bare(vocabulary: str, text: str) -> str:
    """Return the bare word that `text` spells, "" where it is none of the standard's.

    >>> bare("disposition", "https://ref.gs1.org/cbv/Disp-in_transit")
    'in_transit'
    >>> bare("disposition", "cbv:Disp-in_transit")
    'in_transit'
    >>> bare("disposition", "https://example.com/lost")
    ''
    """
    start, urn, words = VOCABULARIES[vocabulary]
    prefix, _colon, rest = text.partition(":")
    uri = PREFIXES[prefix] + rest if prefix in ("cbv", "gs1") else text
    for beginning in (start, urn, ""):
        word = uri[len(beginning) :]
        if uri.startswith(beginning) and word in words:
            return word
    return ""
