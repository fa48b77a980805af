/** @file What decoders load when a file needs it. */

export const LOADED_BY_NEED =
  /src[\\/](container[\\/](read-(flat|labels|coordinates)|other-format)|entropy[\\/]enhancement|render[\\/](alpha-classes|enhancement|flat[\\/]scene|coordinates[\\/](class-count|cost|evaluation)|pyramid[\\/]experts)|web[\\/]colours[\\/](picture-colours|colour-conversion))\.ts$/;
