// The style and the script of the pages, embedded.
#include "vsdb_web.h"

static const unsigned char style[] = {
#embed "../../Resources/web/style.css"
};

static const unsigned char viewer[] = {
#embed "../../Resources/web/viewer.js"
};

const unsigned char *vsdb_web_style_bytes(void) { return style; }

size_t vsdb_web_style_count(void) { return sizeof style; }

const unsigned char *vsdb_web_viewer_bytes(void) { return viewer; }

size_t vsdb_web_viewer_count(void) { return sizeof viewer; }
