/** @file Built by scripts/make-dictionary.ts: what packed sections are likely to hold. Normative text: formats/loe.md, section 4. */

import { builtBytes } from '../built-bytes.ts';

/** The preset dictionary of deflated sections: as if these bytes had come before theirs. */
export const DICTIONARY = builtBytes(
  'awQAAK2STWsTURSGn5tJTGgjjdpFFy6CRBFJ8KOFdlOEuii6EapCWzcm00mM5otJRFyKCm7E0FZFCRILJQvbRTeVorRZVBBMsFBwIUU3/QWKIphy5SZpb1JEEDwwzHufOedw5p4XcE1YWRMoAwEzY+e29c1cRulNoNu8Gp4AfgLB6xdHzoAIAP7RsXE/9ZiLw3BaSnlbs2PXYG4T3POa+Q3onIf3UrP0DAx8ByOvWeQpvLoHPZ80CxSh6y4sfsiE7XAdGYCjtxfRyNh+Z6O9p1rPO/GHs+5f6Yezy0ppdugZLA6qTM08LsAF68G2OUSl+n/mKPTA+Vlw1jTrewDFIHQ90uzISfAdh+XCrvtg9xyGZ1K8FW9APeD0QzKVs0eGh+ordK8htlPDZjbDX+PHx0bueoh/j46m3Wotdqtpuwm/tpvoU3azR8fGQVxRPNbQqqY70tD3lbYbliwof8VadKRFJxM3zJZL8VqpSxfULoGDJEhjYeqr1f+oV+gdAtdnKb8dBvcUbOWl/PVCyq0ZMDagnNL1d77A4IqU8rVm51ZgoR86ljQ7OgD7OuHdUvsKo1H4WoK9Y3BgDToul7JWLJRIW6VE2gpFc+ZsNm5bqZeZW3Y4GZ8IZa3Yjk6krfyUoCIfn0AKcHomHauC/LRBRVak0TyW1WcDNvCtFculZvUTt7F/T4+jKmWzh7/ZY9pYdcLCQ1W706kVllWqAc/bujm8hk9UT8vf',
);
