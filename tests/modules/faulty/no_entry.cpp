// SPDX-License-Identifier: Apache-2.0
// A shared library that is no module.
extern "C" int something_else() {
    return 1;
}
