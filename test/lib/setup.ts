import fc from 'fast-check';

// `npm test` asks the same questions each time, so that a failure is about the change at hand; the full run asks new ones.
if (process.env.GRADOSCOPE_FULL !== '1') fc.configureGlobal({ seed: 20261125 });
