/** Scripts are plain JavaScript with JSDoc, because they run before anything is installed. */
declare module '*.mjs'
