// Ends what global-setup.cjs began, in the same process.
module.exports = async () => {
  await globalThis.endLabSession();
};
