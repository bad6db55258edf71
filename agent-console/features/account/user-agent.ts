/** What a person recognises a browser by. Words nobody knows give undefined. */
export interface BrowserWords {
  browser?: string
  system?: string
  isPhone: boolean
}

const browsers: [RegExp, string][] = [
  [/MicroMessenger/, '微信 WeChat'],
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\/|FxiOS/, 'Firefox'],
  [/Chrome\/|CriOS/, 'Chrome'],
  [/Safari\//, 'Safari'],
]
const systems: [RegExp, string][] = [
  [/Windows/, 'Windows'],
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Mac OS X/, 'macOS'],
  [/Linux|X11/, 'Linux'],
]

export function browserWords(userAgent: string): BrowserWords {
  const first = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(userAgent))?.[1]
  return {
    browser: first(browsers),
    system: first(systems),
    isPhone: /Mobile|iPhone|Android/.test(userAgent),
  }
}
