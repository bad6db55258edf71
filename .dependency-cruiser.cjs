/**
 * The import table of docs/ARCHITECTURE.md as rules. A folder may import itself, what its row names, and
 * packages; everything else is an error. Tests may reach further, because they assemble what they test.
 */
const TEST = '\\.(test|spec)\\.ts$|^api/testing/|/testing/'
const OURS =
  '^(contract|search|drizzle|knowledge-base|api|agent-console|citizen-widget|call-session|e2e|bench|scripts)/'

/** A folder may import only itself and `allowed`, among our own folders. */
function folder(name, allowed, extra = {}) {
  return {
    name: `${name}-imports`,
    severity: 'error',
    comment: `${name} may import only: ${allowed.join(', ') || 'nothing of ours'}`,
    from: { path: `^${name}/`, pathNot: TEST, ...extra.from },
    to: { path: OURS, pathNot: [`^${name}/`, ...allowed.map((other) => `^${other}`)], ...extra.to },
  }
}

/** A folder may use only these packages from node_modules. */
function packages(name, from, allowed) {
  return {
    name: `${name}-packages`,
    severity: 'error',
    comment: `${name} may use only these packages: ${allowed.join(', ') || 'none'}`,
    from: { path: from, pathNot: TEST },
    to: { path: 'node_modules/', pathNot: allowed.map((one) => `node_modules/${one}/`) },
  }
}

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: { path: OURS },
      to: {
        couldNotResolve: true,
        pathNot: '^(virtual:|node:)|\\.css$|\\?(raw|url|worker|inline|sharedworker)',
      },
    },
    folder('contract', []),
    packages('contract-schemas', '^contract/.*\\.schema\\.ts$', ['zod', '@hono/zod-openapi']),
    {
      ...packages('contract-rules', '^contract/', []),
      from: { path: '^contract/', pathNot: [TEST, '\\.schema\\.ts$'] },
    },
    {
      name: 'contract-rules-without-zod',
      severity: 'error',
      comment: 'zod costs the panel 95 KB: rules may use the schema files only as types',
      from: { path: '^contract/', pathNot: [TEST, '\\.schema\\.ts$', '^contract/index\\.ts$'] },
      to: { path: '\\.schema\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    folder('search', ['contract/']),
    packages('search', '^search/', [
      '@node-rs/jieba',
      'opencc-js',
      'better-sqlite3',
      '@types/better-sqlite3',
    ]),
    folder('drizzle', ['contract/']),
    folder('knowledge-base', ['contract/', 'drizzle/', 'search/']),
    folder('api', ['contract/', 'drizzle/', 'search/', 'knowledge-base/index\\.ts$']),
    folder('call-session', ['contract/']),
    packages('call-session', '^call-session/', ['livekit-client']),
    folder('agent-console', ['contract/', 'call-session/', 'api/']),
    folder('citizen-widget', ['contract/', 'call-session/', 'api/']),
    {
      name: 'browser-uses-api-as-type',
      severity: 'error',
      comment: 'AppType only, and only as a type: server code must never reach a browser bundle',
      from: { path: '^(agent-console|citizen-widget)/', pathNot: TEST },
      to: { path: '^api/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'browser-api-door',
      severity: 'error',
      from: { path: '^(agent-console|citizen-widget)/', pathNot: TEST },
      to: { path: '^api/', pathNot: '^api/app(-type)?\\.ts$' },
    },
    {
      name: 'widget-without-schemas',
      severity: 'error',
      comment: 'zod must not reach the widget',
      from: { path: '^(citizen-widget|call-session)/', pathNot: TEST },
      to: { path: '^contract/.*\\.schema\\.ts$|node_modules/zod/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'loader-stands-alone',
      severity: 'error',
      comment: 'the loader is 3 KB: nothing but its own small files and types',
      from: { path: '^citizen-widget/loader', pathNot: TEST },
      to: {
        path: '^(citizen-widget/(panel|call)|contract|call-session)/|node_modules/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'feature-doors',
      severity: 'error',
      comment:
        'a feature uses another only through its use cases, store, schema or the presenter of its views',
      from: { path: '^api/features/([^/]+)/', pathNot: TEST },
      to: {
        path: '^api/features/([^/]+)/',
        pathNot: ['^api/features/$1/', '\\.(usecases|store|schema|presenter)\\.ts$'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'console-feature-doors',
      severity: 'error',
      comment: 'ui/ holds base components without business words',
      from: { path: '^agent-console/ui/', pathNot: TEST },
      to: { path: '^agent-console/features/' },
    },
    {
      name: 'no-test-code-in-product',
      severity: 'error',
      from: {
        path: '^(contract|search|drizzle|knowledge-base|api|agent-console|citizen-widget|call-session)/',
        pathNot: TEST,
      },
      to: { path: `${TEST}|^(e2e|bench)/` },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|data|\\.cache|docs|test-results|playwright-report)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.mts', '.vue', '.mjs', '.js', '.cjs', '.json', '.d.ts'],
    },
    skipAnalysisNotInRules: true,
  },
}
