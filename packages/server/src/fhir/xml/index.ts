export { FhirXmlError } from './fhir-xml-error.ts';
export { parseFhirXml } from './parse-fhir-xml.ts';
export { writeFhirXml } from './write-fhir-xml.ts';
