# The Debian package: `cpack -G DEB` in a build directory makes it of what was built there, `./dev package` builds first.
# What only a package has is written while it is packed (files.cmake), so that no build waits for it.

# "Name <address>" of whoever builds packages for others.
set(PAIRFORM_MAINTAINER "pairform maintainers <maintainers@pairform.example>" CACHE STRING
  "who answers for the package: Name <address>")

install(CODE "
  set(sources \"${PROJECT_SOURCE_DIR}\")
  set(beside \"${beside}\")
  set(mandir \"${CMAKE_INSTALL_MANDIR}\")
  set(docdir \"${CMAKE_INSTALL_DOCDIR}\")
  set(version \"${PROJECT_VERSION}\")
  set(maintainer [==[${PAIRFORM_MAINTAINER}]==])
  include(\"${PROJECT_SOURCE_DIR}/cli/debian/files.cmake\")"
  COMPONENT debian EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
# One package of two components; the third one, `plain`, is for `cmake --install` alone: Debian wants its man pages
# compressed, and has the license in /usr/share/common-licenses.
set(CPACK_INSTALL_CMAKE_PROJECTS
  "${PROJECT_BINARY_DIR};pairform;program;/" "${PROJECT_BINARY_DIR};pairform;debian;/")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME pairform)
set(CPACK_PACKAGE_CONTACT "${PAIRFORM_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "keep both directions of disaster-recovery network mappings")
set(CPACK_PACKAGE_DESCRIPTION
"pairform reads from TOML files which network of one region belongs to which
network of another, compares that with the cloud (Azure Site Recovery, or a
built-in simulator), shows what is wrong and why, and repairs exactly that.
It also decides in advance where every machine lands after a failover, and
shows which machines would come up and which would not come home.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_PAIRFORM_PROGRAM ${PROJECT_BINARY_DIR}/pairform)
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/cli/debian/depends.cmake)
# `pairform history` reads what git keeps of the state file.
set(CPACK_DEBIAN_PACKAGE_SUGGESTS git)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
include(CPack)
